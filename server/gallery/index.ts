/** Ready requests to begin with. */
import { type Example, example } from './example.ts';
import { automation } from './examples/automation.ts';
import { data } from './examples/data.ts';
import { messages } from './examples/messages.ts';
import { sales } from './examples/sales.ts';
import { support } from './examples/support.ts';

export { type Example, example } from './example.ts';
export { GALLERY_SAMPLE } from './sample.ts';

/** Every example, in the order in which they are shown. */
export const GALLERY: readonly Example[] = [...messages, ...automation, ...support, ...sales, ...data].map((one) =>
  example.parse(one),
);

const BY_KEY = new Map(GALLERY.map((one) => [one.key, one]));

/** An example by its key; undefined when there is none. */
export const exampleOf = (key: string): Example | undefined => BY_KEY.get(key);
