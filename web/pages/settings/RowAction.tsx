import { Button } from '@mantine/core';

/** A button at the end of a row: `verb` is done to `of`, after `sure` was answered with yes where it can't be undone. */
export function RowAction({ verb, of, sure, act }: { verb: string; of: string; sure?: string; act: () => void }) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`${verb} ${of}`}
      onClick={() => {
        if (sure === undefined || window.confirm(sure)) act();
      }}
    >
      {verb}
    </Button>
  );
}
