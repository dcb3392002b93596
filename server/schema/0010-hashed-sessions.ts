import type { Migration } from '../platform/database/index.ts';

// Tokens of sessions are kept as hashes, so that who reads the table can't sign in with what stands there.
const sql = `UPDATE sessions SET token = encode(sha256(convert_to(token, 'UTF8')), 'hex');`;

export const hashedSessions: Migration = { name: '0010-hashed-sessions', sql };
