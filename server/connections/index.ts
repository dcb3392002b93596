export { headerNamesOf, type LoadedCredential, withoutScheme } from './applying.ts';
export {
  type CredentialFault,
  type CredentialView,
  changeCredential,
  createCredential,
  deleteCredential,
  getCredential,
  listCredentials,
  loadCredential,
  openCredential,
} from './credentials.ts';
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
export { alwaysUnder, isUnder, readPrefix } from './prefix.ts';
export { createRedactor, type Redactor } from './redaction.ts';
export { isReserved } from './reserved.ts';
export {
  type DeliveryHeadersInput,
  deliveryHeaders,
  type SignatureInput,
  type SigningScheme,
  sign,
} from './signing.ts';
