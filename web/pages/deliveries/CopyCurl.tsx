import { Button, CopyButton } from '@mantine/core';
import { printCurl } from '../../../shared/curl.ts';
import type { GetDeliveriesIdResponse } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';

/** Copies a request as a cURL command: without secrets, which are no part of what is kept. Not for what is no text. */
export function CopyCurl({ request }: { request: NonNullable<GetDeliveriesIdResponse['request']> }) {
  const mayRead = useMay('read_bodies');
  const { method, url, headers, body } = request;
  if (!mayRead || body?.encoding === 'base64') return null;
  return (
    <CopyButton value={printCurl({ method, url, headers: headers ?? [], body: body?.content ?? null })} timeout={1500}>
      {({ copied, copy }) => (
        <Button variant="default" size="xs" onClick={copy} title="Without secrets and signature">
          {copied ? 'Copied' : 'Copy as cURL'}
        </Button>
      )}
    </CopyButton>
  );
}
