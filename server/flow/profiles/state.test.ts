import { expect, test } from 'vitest';
import { toJson } from '../../platform/json.ts';
import { applyChanges } from './change.ts';
import { profileFromRow, StoredProfile } from './state.ts';

const row = {
  id: 'p',
  attributes: '{"a": 1.50, "big": 12345678901234567890, "far": 100, "list": [1]}',
  changes: '{"a": [5, 1], "far": [6, 1, "1e2"]}',
  created_at: 3,
  updated_at: 6,
};

test('a stored profile is what its row says, before and after its values were given up', () => {
  const stored = new StoredProfile('w', row);
  const whole = profileFromRow('w', row);
  for (let i = 0; i < 2; i++) {
    expect(toJson(stored.attributes)).toBe(toJson(whole.attributes));
    expect(stored.changes).toEqual(whole.changes);
    stored.fold();
  }
  expect(toJson(stored.attributes)).toBe('{"a":1.50,"big":12345678901234567890,"far":1e2,"list":[1]}');
  expect(stored.text).toBe(row.attributes);
});

test('changes of a stored profile make a new one, and leave it as it was', () => {
  const stored = new StoredProfile('w', row);
  const before = toJson([stored.attributes, stored.changes]);
  const { profile } = applyChanges(stored, [{ attribute: 'a', mode: 'sum', value: 1 }], new Map(), 9, 2);
  expect(toJson(profile)).toBe(
    '{"workspaceId":"w","id":"p","createdAt":3,"updatedAt":9,"dirty":true,"text":null,"attributes":{"a":2.5,"big":12345678901234567890,"far":1e2,"list":[1]},"changes":{"a":[9,2],"far":[6,1,"1e2"]}}',
  );
  expect(toJson([stored.attributes, stored.changes])).toBe(before);
  // What changes nothing is the very same profile.
  const same = applyChanges(stored, [{ attribute: 'list', mode: 'add_to_list', value: 1 }], new Map(), 9, 2);
  expect(same.profile).toBe(stored);
});
