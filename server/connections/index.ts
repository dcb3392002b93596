export { createKeyring, type Keyring } from './keyring.ts';
export {
  createKey,
  ensureDefaultKey,
  listKeys,
  type NewSecret,
  OVERLAP_MS,
  rotateKey,
  type Sealer,
  type SigningKey,
} from './keys.ts';
export { createRedactor, REDACTED, type Redactor } from './redaction.ts';
export {
  type DeliveryHeadersInput,
  deliveryHeaders,
  newSigningSecret,
  type SignatureInput,
  type SigningScheme,
  secretProblem,
  sign,
} from './signing.ts';
