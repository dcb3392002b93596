/**
 * A template that means harm, and how it must end: `fails` with an error of the template, `ends` with that or a text, or
 * the pattern that its text or the code of its error matches.
 */
export type Payload = [body: string, wanted: 'fails' | 'ends' | RegExp, snippets?: Record<string, string>];

export const payloads = (wanted: Payload[1], bodies: string[]): Payload[] => bodies.map((body) => [body, wanted]);

export const nested = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);

/** That a template puts out nothing but itself. */
export const asWritten = (body: string) => new RegExp(`^${RegExp.escape(body)}$`);
