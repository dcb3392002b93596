import { Alert, Button, Group, Text } from '@mantine/core';
import { ApiFailure } from '../data/failure.ts';

/**
 * What went wrong, to what, and what to do. A 403 says who may. `of`: what could not be read, as in `the people`.
 * `retry` is offered where trying again may help.
 */
export function Failure({ error, of, retry }: { error: unknown; of?: string | undefined; retry?: () => void }) {
  const failure = error instanceof ApiFailure ? error : new ApiFailure(0, String((error as Error)?.message ?? error));
  const title = failure.status === 403 ? 'Not for your role' : failure.status === 404 ? 'Not there' : failed(of);
  return (
    <Alert color={failure.status === 403 ? 'gray' : 'red'} title={title} role="alert">
      <Text size="sm">{failure.message}</Text>
      {failure.fields.length > 1 && (
        <ul style={{ margin: '0.5rem 0 0', paddingLeft: '1.2rem' }}>
          {failure.fields.map((field) => (
            <li key={`${field.field} ${field.message}`}>
              <span className="mono">{field.field}</span> {field.message}
            </li>
          ))}
        </ul>
      )}
      {retry && mayPass(failure.status) && (
        <Group mt="sm">
          <Button variant="default" size="xs" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}

const failed = (of: string | undefined) => (of ? `Could not read ${of}` : 'That did not work');
const mayPass = (status: number) => status === 0 || status === 408 || status === 429 || status >= 500;
