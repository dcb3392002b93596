import { expect, test } from 'vitest';
import { type Example, filledIn } from './fill.ts';

test('blanks are filled in where they stand; credentials become headers', () => {
  const blank = (field: string, as = 'text', find?: string) => ({
    field,
    as,
    label: '',
    hint: '',
    ...(find && { find }),
  });
  const definition = {
    url: 'https://SUB.example/SUB',
    query: [{ name: 'list', value: 'LIST' }],
    headers: [
      { name: 'Accept', value: 'a', secret: false },
      { name: 'Authorization', value: '', secret: true },
      { name: 'X-Key', value: '', secret: true },
    ],
    body: '{"id": ID}',
  };
  const blanks = [
    blank('url', 'text', 'SUB'),
    blank('query.0.value', 'text', 'LIST'),
    blank('headers.1.value', 'basic'),
    blank('headers.2.value', 'bearer'),
    blank('body', 'text', 'ID'),
  ];
  const made = filledIn({ definition, blanks } as unknown as Example, [' a$&b ', '7', 'ä:p', 'Bearer t', '4']);
  expect(made).toEqual({
    url: 'https://a$&b.example/a$&b',
    query: [{ name: 'list', value: '7' }],
    headers: [
      definition.headers[0],
      { name: 'Authorization', value: 'Basic w6Q6cA==', secret: true },
      { name: 'X-Key', value: 'Bearer t', secret: true },
    ],
    body: '{"id": 4}',
  });
});
