import type { GetInspectorsInspectorResponse } from '../../data/api/index.ts';

type Answer = Exclude<GetInspectorsInspectorResponse['answer'], { sequence: unknown }>;

/** An answer as it is typed: `headers` one a line, `delay` in seconds. */
export interface TurnText {
  status: number;
  delay: number;
  headers: string;
  body: string;
}

/** An answer as text to edit. */
export const textOf = (answer: Answer): TurnText => ({
  status: answer.status,
  delay: answer.delay_ms / 1_000,
  headers: answer.headers.map(([name, value]) => `${name}: ${value}`).join('\n'),
  body: answer.body,
});

/** The answer of an edited text; a line without a colon is a header without a value, which the API refuses by name. */
export const turnOf = (text: TurnText): Answer => ({
  status: text.status,
  delay_ms: Math.round(text.delay * 1_000),
  headers: text.headers
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  body: text.body,
});

const turn = (status: number, body: string, more: Partial<TurnText> = {}): TurnText => ({
  status,
  delay: 0,
  headers: '',
  body,
  ...more,
});
const OK = turn(200, '{"ok":true}');
const BROKEN = turn(500, '{"error":"Something broke."}');

/** What endpoints do on a good day and on bad ones. */
export const PRESETS: { name: string; turns: TurnText[] }[] = [
  { name: '200', turns: [OK] },
  { name: '500, 500, 200: broken for a while', turns: [BROKEN, BROKEN, OK] },
  {
    name: '429 with Retry-After, then 200',
    turns: [turn(429, '{"error":"Too many requests."}', { headers: 'Retry-After: 5' }), OK],
  },
  { name: '200 after 10 seconds: slow', turns: [{ ...OK, delay: 10 }] },
  { name: '400: refused for good', turns: [turn(400, '{"error":"There is no such customer."}')] },
];
