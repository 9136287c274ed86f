//! Numbers with a check digit, and numbers next to their word.

use crate::masked;

#[test]
fn bank_accounts() {
    masked(&[
        "<iban|PL61109010140000071219812874>",
        "<iban|PL61 1090 1014 0000 0712 1981 2874>",
        "<iban|PL 61 1090 1014 0000 0712 1981 2874>",
        "<iban|pl61 1090 1014 0000 0712 1981 2874>",
        "<iban|PL61-1090-1014-0000-0712-1981-2874>",
        "Zwrot na konto <iban|PL27114020040000300201355387>, proszę",
        "IBAN: <iban|PL27114020040000300201355387>",
        "IBAN:<iban|PL27 1140 2004 0000 3002 0135 5387>.",
        "IBAN<iban|PL27114020040000300201355387>",
        "konto <iban|61109010140000071219812874>",
        "konto nr <iban|61 1090 1014 0000 0712 1981 2874>",
        "<iban|20 1020 5558 1111 1234 5678 9012>",
        "<iban|27\u{a0}1140\u{a0}2004\u{a0}0000\u{a0}3002\u{a0}0135\u{a0}5387>",
        "<iban|RO49AAAA1B31007593840000>",
        "<iban|RO49 AAAA 1B31 0075 9384 0000>",
        "<iban|ro16 btrl ronc rt01 2345 6701>",
        "contul meu este <iban|RO74RNCB0082000123450001>.",
        "cont <iban|RO44 INGB 0001 0081 9999 0001>, mulțumesc",
        "<iban|DE89 3704 0044 0532 0130 00>",
        "<iban|GB29 NWBK 6016 1331 9268 19>",
        "<iban|FR14 2004 1010 0505 0001 3M02 606>",
        "refund to <iban|GB29NWBK60161331926819> please",
    ]);
}

#[test]
fn payment_cards() {
    masked(&[
        "<card|4111111111111111>",
        "<card|4111 1111 1111 1111>",
        "<card|4111-1111-1111-1111>",
        "karta <card|4532 0151 1283 0366>, odmowa",
        "zapłaciłem kartą nr <card|5555555555554444>.",
        "<card|5413330089020011>",
        "<card|2223 0031 2200 3222>",
        "<card|3782 822463 10005>",
        "<card|371449635398431>",
        "<card|3056 930902 5904>",
        "<card|38520000023237>",
        "<card|6011111111111117>",
        "<card|3530111333300000>",
        "<card|6759649826438453>",
        "<card|4222222222222>",
        "<card|4000000000000000006>",
        "cardul meu <card|4111 1111 1111 1111> a fost refuzat",
        "card<card|4111111111111111>",
        "my card <card|4111.1111.1111.1111> was charged twice",
        "<card|4111 1111 1111 1111> 12/27",
        "<card|4111 1111 1111 1111>\n<card|5555 5555 5555 4444>",
    ]);
}

#[test]
fn personal_numbers_of_poland_and_romania() {
    masked(&[
        "<pesel|44051401359>",
        "PESEL <pesel|44051401359>",
        "pesel:<pesel|85010112345>",
        "PESEL<pesel|03211543212>",
        "Mój PESEL to <pesel|99123109873>, data urodzenia w nim",
        "(<pesel|55071245670>)",
        "<pesel|68222911119>",
        "<pesel|440514 01359>",
        "<pesel|44051401359>,<pesel|85010112345>",
        "<pesel|44051401359> <pesel|85010112345>",
        "<cnp|1960312401238>",
        "CNP <cnp|2850701120451>",
        "CNP: <cnp|5040229460787>",
        "cod numeric personal <cnp|6041115520013>",
        "CNP-ul meu este <cnp|1960312401238>.",
        "<cnp|1 960312 401238>",
        "x<cnp|1960312401238>y",
    ]);
}

#[test]
fn tax_numbers_of_poland_and_romania() {
    masked(&[
        "NIP <nip|5261040828>",
        "NIP: <nip|526-104-08-28>",
        "NIP <nip|526-10-40-828>",
        "nip:<nip|526 104 08 28>",
        "nip nr <nip|5260250995>",
        "N.I.P. <nip|5260250995>",
        "NIP <nip|PL5260250995>",
        "NIP: <nip|PL 526 025 09 95>",
        "faktura na NIP <nip|1130191387> proszę",
        "<nip|526-104-08-28> (NIP)",
        "<nip|5261040828> NIP",
        "CUI <cui|14399840>",
        "CUI: <cui|RO14399840>",
        "CUI <cui|RO 14399840>",
        "CIF <cui|RO1590082>",
        "C.U.I. <cui|18547290>",
        "cui: <cui|14399840>",
        "cod fiscal <cui|RO361820>",
        "cod fiscal: <cui|6859662>",
        "cod unic de înregistrare <cui|32847560>",
        "factura pe CUI <cui|42731>, vă rog",
        "<cui|14399840> (CUI)",
    ]);
}

#[test]
fn several_kinds_in_one_text() {
    masked(&[
        "Jan, <email|jan@wp.pl>, <phone|601 123 456>, PESEL <pesel|44051401359>, <iban|PL61109010140000071219812874>",
        "zamówienie 1001 z 12.05.2026, 129,99 zł, kontakt <phone|+48 601 123 456>",
        "CNP <cnp|1960312401238>, tel <phone|0721234567>, comanda 100234567",
        "NIP <nip|5261040828> tel. <phone|22 123 45 67> fax <phone|22 123 45 68>",
    ]);
}
