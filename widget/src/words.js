// Every text that the Rust side uses. Rust refers to a text by its line in this list, so that only numbers cross
// between wasm and JavaScript.
export default `
button class=back
button class=close aria-label=.ui.close
button class=send
button class=skip
div class=actions
div class=body
div class=contact
div class=ends
div class=left id=left
div class=list
div class=missing id=missing role=alert
div class=scale data-look=.q.look
error refused
fieldset tabindex=-1
input name=contact type=email autocomplete=email maxlength=254 required aria-describedby=missing
input name=contact type=tel autocomplete=tel maxlength=40 required aria-describedby=missing
input name=other maxlength=500 required aria-describedby=missing aria-label=.ui.other placeholder=.ui.other
input type=checkbox name=choice value=.q.choices.{n}.id
input type=checkbox name=choice value=~other
input type=checkbox required aria-describedby=missing
input type=radio name=choice value=.q.choices.{n}.id
input type=radio name=choice value=~other
input type=radio name=score value={n} aria-label=.ui.of
label class=consent
p class=live role=status
section class=panel tabindex=-1 aria-label=.ui.region lang=.lang dir=.dir data-scheme=.scheme
section role=dialog class=panel tabindex=-1 aria-label=.ui.region lang=.lang dir=.dir data-scheme=.scheme
dialog class=panel tabindex=-1 aria-label=.ui.region lang=.lang dir=.dir data-scheme=.scheme
span aria-hidden=true
span id=high
span id=low
textarea rows=3 name=text aria-describedby=left aria-label=.q.text placeholder=.q.placeholder maxlength=.q.max
answered
aria-describedby
aria-invalid
checked
class
completed
data-corner
data-mode
data-on
data-state
dismissed
failed
glas-survey
hidden
high
inline
label
legend
low
modal
on
question
saved
sending
shown
slide_in
span
thanks
true
{n}
.corner
.mode
.phone
.q.choices.length
.q.choices.{n}.text
.q.consent
.q.high
.q.label
.q.look
.q.low
.q.max
.q.min
.q.multiple
.q.other
.q.shuffle
.q.text
.q.when.any
.q.when.q
.rtl
.thanks
.ui.agree_missing
.ui.back
.ui.failed
.ui.invalid_email
.ui.invalid_phone
.ui.left
.ui.missing
.ui.region
.ui.saved
.ui.send
.ui.sending
.ui.skip`.split('\n');
