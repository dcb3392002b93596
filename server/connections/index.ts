export { createKeyring, type Keyring } from './keyring.ts';
export {
  createKey,
  ensureDefaultKey,
  listKeys,
  type NewSecret,
  rotateKey,
  type Sealer,
  type SigningKey,
} from './keys.ts';
export { createRedactor, type Redactor } from './redaction.ts';
export {
  type DeliveryHeadersInput,
  deliveryHeaders,
  type SignatureInput,
  type SigningScheme,
  sign,
} from './signing.ts';
