/** At least so many characters in a password. */
export const MIN_PASSWORD = 10;
