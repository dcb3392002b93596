import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

function inWords(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  if (Math.abs(seconds) < 2) return 'now';
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** A time, relative to now; the exact one with its zone on hover, or beside it (`both`). */
export function When({ at, both = false }: { at: string | null | undefined; both?: boolean }) {
  const [now, setNow] = useState(Date.now);
  const ms = at ? Date.parse(at) : Number.NaN;
  useEffect(() => {
    const age = Math.abs(Date.now() - ms);
    const timer = setInterval(() => setNow(Date.now()), age < 120_000 ? 1_000 : 30_000);
    return () => clearInterval(timer);
  }, [ms]);
  if (!at) return <span className="quiet">–</span>;
  if (both)
    return (
      <time dateTime={at}>
        {inWords(ms, now)} <span className="quiet">({exact.format(ms)})</span>
      </time>
    );
  return (
    <Tooltip label={exact.format(ms)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {inWords(ms, now)}
      </time>
    </Tooltip>
  );
}
