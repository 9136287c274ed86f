// Validation of e-mail addresses and phone numbers. Pure, so that `node --test` can run it.

const EMAIL =
  /^[^\s\p{Cc}<>(),;:"@]{1,64}@(?![-.]|.*([-.]\.|\.-|[-.]$))[^\s\p{Cc}<>(),;:"@]+\.[^\s\p{Cc}<>(),;:"@]+$/u;

/** Whether the service accepts this phone number or e-mail address. A rejected one would cost the whole response. */
export const reaches = (phone, words) =>
  phone ? /^\+?\d{6,20}$/.test(words.replace(/[\s().-]/g, '')) : EMAIL.test(words);
