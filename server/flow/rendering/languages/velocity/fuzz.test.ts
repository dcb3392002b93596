import fc from 'fast-check';
import { expect, test } from 'vitest';
import { texts } from '../../escaping/index.ts';
import { Abort, TemplateError } from '../../language.ts';
import { createVelocity } from './index.ts';

const LIST = Array.from({ length: 1000 }, (_, i) => i);

function run(text: string): string {
  const scope = { name: 'Ann', list: LIST, map: { a: 1 }, long: ' '.repeat(20_000) };
  const pieces = createVelocity().parse(text, 'body').run(scope, { now: 0, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

test('nothing is left behind in JavaScript', () => {
  run('#set($map.__proto__ = {"evil": 1})#set($x = {"__proto__": {"evil": 1}, "constructor": 2})$x.evil');
  expect(({} as Record<string, unknown>).evil).toBeUndefined();
  expect(run('#set($x = {"__proto__": {"evil": 1}})$x.evil $x.get("__proto__").evil')).toBe('$x.evil 1');
});

test('whatever is thrown at it ends, with output or an error of its own', () => {
  const bit = fc.constantFrom(
    ...'$ # { } ( ) [ ] " \' \\ ! . | , : = + - * / % < > && || ## #* *# #[[ ]]# #if( #else #elseif( #end #set( #foreach( in'.split(
      ' ',
    ),
    ...'#macro( #define( #evaluate( #stop #break #abort #literal() #m( #@m( $name $!{list} $map.a $list.get( $x 1 1.5 0 true null'.split(
      ' ',
    ),
    ' ',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 60 }), (bits) => {
      try {
        run(bits.join(''));
      } catch (error) {
        if (!(error instanceof TemplateError || error instanceof Abort)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
