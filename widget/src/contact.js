// Validation of e-mail addresses and phone numbers. Pure, so that `node --test` can run it.

const EMAIL =
  /^[^\s\p{Cc}<>(),;:"@]{1,64}@(?![-.]|.*([-.]\.|\.-|[-.]$))[^\s\p{Cc}<>(),;:"@]+\.[^\s\p{Cc}<>(),;:"@]+$/u;

// Copied addresses carry marks that are not visible; the service drops them.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Whether the service accepts this phone number or e-mail address. A rejected one would cost the whole response. */
export const reaches = (phone, words) => {
  const shown = words.replace(INVISIBLE, '').trim();
  return phone ? /^\+?\d{6,20}$/.test(shown.replace(/[\s./-]/g, '').replace(/^(\+.*?)\(0\)/, '$1').replace(/[()]/g, '')) : EMAIL.test(shown);
};
