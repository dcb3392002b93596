import { useState } from 'react';

/**
 * The text in a field whose value is read from it: as it was typed, as long as its value is the one that it gave; else,
 * when the value was changed elsewhere (another version was taken, say), as `written` has it.
 */
export function useTyped(value: unknown, written: string): [string, (text: string, value: unknown) => void] {
  const [typed, setTyped] = useState<{ text: string; value: string } | null>(null);
  const own = typed !== null && typed.value === JSON.stringify(value);
  return [own ? typed.text : written, (text, given) => setTyped({ text, value: JSON.stringify(given) })];
}
