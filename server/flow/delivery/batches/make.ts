import { newId } from '../../../platform/ids.ts';
import type { Log } from '../../../platform/log.ts';
import { DELIVERY } from '../../../schema/index.ts';
import type { LoadedWebhook } from '../../../webhooks/index.ts';
import { failureText, type MemberResult, type RenderFailure, type RenderPool } from '../../rendering/index.ts';
import type { Loaded } from '../context.ts';
import { namesOf } from '../headers.ts';
import type { Item, StoredRequest } from '../item.ts';
import type { Outcome } from '../outcome.ts';
import { endOf, PUT_BACK_MS, putBack } from '../prepare.ts';
import type { Member, Ready } from '../presend.ts';

export interface MakeParts {
  log: Log;
  now(): number;
  pool: Pick<RenderPool, 'render' | 'members'>;
}

/** A batch that may go, members that end or wait, and members that another batch will take. */
export interface Made {
  ready: (Ready & { members: Member[] }) | null;
  ended: Outcome[];
  /** They didn't fit by bytes. */
  left: Member[];
}

type Part = Extract<MemberResult, { ok: true }>;

// A body that is too long is made again with half of its members: 1,000 are one after so many rounds.
const ROUNDS = 11;

/**
 * Makes the request of a batch: the stored one, or each member's part and then the root, rendered now. A member whose
 * part fails, or alone spoils the body, ends here, and the others go on. Throws when the renderer does.
 */
export async function makeBatch(
  item: Item,
  loaded: readonly Loaded[],
  stored: StoredRequest | null,
  webhook: LoadedWebhook | undefined,
  parts: MakeParts,
): Promise<Made> {
  const ended: Outcome[] = [];
  const end = (members: readonly Member[], state: number, code: string, message: string) => {
    for (const one of members) ended.push(endOf(one, state, code, message));
  };
  const nothing = { ready: null, ended, left: [] };
  if (!webhook || webhook.deleted) {
    end(loaded, DELIVERY.cancelled, 'webhook_deleted', 'The webhook was deleted.');
    return nothing;
  }
  if (!webhook.enabled) {
    end(loaded, DELIVERY.cancelled, 'webhook_off', 'The webhook is switched off.');
    return nothing;
  }
  const { details } = loaded[0]!;
  const timeoutMs = webhook.definition.timeout_ms;
  if (stored) {
    const members = loaded.map(({ item: one, details: whose }) => ({ item: one, details: whose }));
    return { ready: { item, details, request: stored, fresh: false, timeoutMs, members }, ended, left: [] };
  }
  const { batch } = webhook.definition;
  // Its definition was changed a moment ago: they wait, and are read as what it is now.
  if (!batch) return { ...nothing, left: [...loaded] };

  end(
    loaded.filter((one) => one.context === null),
    DELIVERY.cancelled,
    'profile_gone',
    'The profile was erased.',
  );
  const there = loaded.filter((one) => one.context !== null);
  const known = { id: webhook.id, version: webhook.version, definition: webhook.definition };
  const results = await parts.pool.members(there.map(({ context }) => ({ webhook: known, context: context! })));
  let members: { one: Member; part: Part }[] = [];
  for (const [i, part] of results.entries()) {
    if (part.ok) members.push({ one: there[i]!, part });
    else ended.push(failed(there[i]!, part, parts));
  }
  const left: Member[] = [];
  members = fitting(members, batch.bytes, left);
  for (let round = 0; round < ROUNDS && members.length > 0; round++) {
    const context = rootContext(
      members.map(({ part }) => part.text),
      parts.now(),
    );
    const [result] = await parts.pool.render([{ webhook: known, context }]);
    const tooLong = result!.ok
      ? (result!.request.body?.length ?? 0) > batch.bytes
      : result!.trouble.code === 'body_too_long';
    if (tooLong && members.length > 1) {
      left.push(...members.splice(members.length >> 1).map(({ one }) => one));
      continue;
    }
    if (tooLong) {
      const message = `The body is longer than the ${batch.bytes} bytes that the batch may have, with one profile alone.`;
      end([members[0]!.one], DELIVERY.failed, 'body_too_long', message);
      return { ready: null, ended, left };
    }
    if (result!.ok) {
      const id = newId(parts.now());
      const request = {
        ...result!.request,
        id,
        webhookVersion: webhook.version,
        ...namesOf(id),
        members: members.map(({ one }) => one.item.deliveryId),
        keys: members.map(({ part }) => part.key),
      };
      const ready = { item, details, request, fresh: true, timeoutMs, members: members.map(({ one }) => one) };
      return { ready, ended, left };
    }
    // Parts that alone are no JSON are the culprits, unless all are: then the root makes it of them.
    const culprits = members.filter(({ part }) => part.fault !== null);
    if (result!.trouble.code === NOT_JSON && culprits.length > 0 && culprits.length < members.length) {
      for (const { one, part } of culprits) ended.push(failed(one, part.fault!, parts));
      members = members.filter(({ part }) => part.fault === null);
      continue;
    }
    for (const { one } of members) ended.push(failed(one, result!, parts));
    return { ready: null, ended, left };
  }
  return { ready: null, ended, left };
}

const NOT_JSON = 'invalid_json';

/** Takes the members whose parts fit into so many bytes together, one at least. */
function fitting<One extends { one: Member; part: Part }>(
  members: readonly One[],
  bytes: number,
  left: Member[],
): One[] {
  let sum = 0;
  const at = members.findIndex(({ part }, i) => {
    sum += Buffer.byteLength(part.text) + 1;
    return i > 0 && sum > bytes;
  });
  if (at === -1) return [...members];
  left.push(...members.slice(at).map(({ one }) => one));
  return members.slice(0, at);
}

function failed(one: Member, failure: RenderFailure, parts: MakeParts): Outcome {
  const { class: cls, code, message } = failure.trouble;
  if (cls === 'ours' || cls === 'deferred') {
    parts.log.warn({ delivery: one.item.deliveryId, code }, 'a part of a batch could not be rendered and is repeated');
    return putBack(one, parts.now() + PUT_BACK_MS, code, message);
  }
  return endOf(one, failure.skipped ? DELIVERY.skipped : DELIVERY.failed, code, failureText(failure));
}

/** What the root template of a batch sees (its shape is in rendering/context.ts). */
export function rootContext(customers: readonly string[], now: number): string {
  return `{"customers":${JSON.stringify(customers)},"now":${now}}`;
}
