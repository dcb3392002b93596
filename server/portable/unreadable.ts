/** Longest file that is read, in characters; YAML, which takes far longer to read, has a bound of its own. */
export const MAX_DOCUMENT = 700_000;

/** A file that is neither YAML nor JSON as it is wanted here: what is wrong, and where. */
export class UnreadableFile extends Error {}
