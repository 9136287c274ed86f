// Ways to reach somebody. Pure, so that `node --test` runs it.

const EMAIL =
  /^[^\s\p{Cc}<>(),;:"@]{1,64}@(?![-.]|.*([-.]\.|\.-|[-.]$))[^\s\p{Cc}<>(),;:"@]+\.[^\s\p{Cc}<>(),;:"@]+$/u;

/** Whether the service will take it as a phone number or an e-mail address: what it refuses must not get there. */
export const reaches = (phone, words) =>
  phone ? /^\+?\d{6,20}$/.test(words.replace(/[\s().-]/g, '')) : EMAIL.test(words);
