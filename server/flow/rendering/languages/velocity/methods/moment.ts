import { fieldsOf, Moment, type Value } from '../../core/index.ts';
import { textOf } from '../print.ts';
import { type Methods, method } from './method.ts';

/** Methods of dates, as Java's Date has them: years from 1900 on, months from 0. */
export const momentMethods: Methods<Moment> = new Map([
  ['getTime', method('-', (self) => self.ms)],
  ['getYear', method('-', (self) => fieldsOf(self).year - 1900)],
  ['getMonth', method('-', (self) => fieldsOf(self).month - 1)],
  ['getDate', method('-', (self) => fieldsOf(self).day)],
  ['getDay', method('-', (self) => fieldsOf(self).weekday)],
  ['getHours', method('-', (self) => fieldsOf(self).hour)],
  ['getMinutes', method('-', (self) => fieldsOf(self).minute)],
  ['getSeconds', method('-', (self) => fieldsOf(self).second)],
  ['getTimezoneOffset', method('-', (self) => -fieldsOf(self).offset)],
  ['after', method('o', (self, [other]) => difference(self, other) > 0)],
  ['before', method('o', (self, [other]) => difference(self, other) < 0)],
  ['compareTo', method('o', (self, [other]) => Math.sign(difference(self, other)))],
  ['equals', method('o', (self, [other]) => difference(self, other) === 0)],
  ['toString', method('-', (self, _args, { budget }) => textOf(self, budget))],
]);

function difference(self: Moment, other: Value): number {
  return other instanceof Moment ? self.ms - other.ms : Number.NaN;
}
