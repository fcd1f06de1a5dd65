// Asks the browser for passkeys (W3C Web Authentication, level 3). The server sends and takes bytes as base64url.

import { toBytes, toText } from "./base64url.js";

const NUMBER = /^[\d.]+$|:/; // browsers have passkeys for names alone

/** Whether this browser has passkeys here: they need TLS, or this machine, and a name. */
export const hasPasskeys = () =>
  isSecureContext && "PublicKeyCredential" in globalThis && !NUMBER.test(location.hostname);

/** Whether the browser offers passkeys in the list of a field.
    @returns {Promise<boolean>} */
export async function offersInFields() {
  if (!hasPasskeys() || !PublicKeyCredential.isConditionalMediationAvailable) return false;
  return PublicKeyCredential.isConditionalMediationAvailable();
}

/** What a passkey signs. Throws an error with words for people; `AbortError` is thrown as it is.
    @param {Api.RequestOptions} options
    @param {{ mediation?: CredentialMediationRequirement; signal?: AbortSignal }} [how]
    @returns {Promise<Api.AssertionIn>} */
export async function askPasskey(options, how = {}) {
  const publicKey = {
    challenge: toBytes(options.challenge),
    rpId: options.rp_id,
    timeout: options.timeout_seconds * 1000,
    userVerification: /** @type {UserVerificationRequirement} */ (options.user_verification),
    allowCredentials: options.allow.map(descriptor),
  };
  const { rawId, response } = await asked(() => navigator.credentials.get({ ...how, publicKey }));
  const said = /** @type {AuthenticatorAssertionResponse} */ (response);
  return {
    id: toText(rawId),
    client_data: toText(said.clientDataJSON),
    authenticator_data: toText(said.authenticatorData),
    signature: toText(said.signature),
    user_handle: said.userHandle ? toText(said.userHandle) : "",
  };
}

/** Has a device make a passkey.
    @param {Api.CreationOptions} options
    @returns {Promise<Omit<Api.NewPasskey, "name">>} */
export async function makePasskey(options) {
  /** @type {PublicKeyCredentialCreationOptions} */
  const publicKey = {
    challenge: toBytes(options.challenge),
    rp: { id: options.rp_id, name: options.rp_name },
    user: {
      id: toBytes(options.user_id),
      name: options.user_name,
      displayName: options.user_display_name,
    },
    pubKeyCredParams: options.algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: options.timeout_seconds * 1000,
    excludeCredentials: options.exclude.map(descriptor),
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    attestation: "none",
  };
  const { rawId, response } = await asked(() => navigator.credentials.create({ publicKey }));
  const made = /** @type {AuthenticatorAttestationResponse} */ (response);
  const passkey = {
    id: toText(rawId),
    client_data: toText(made.clientDataJSON),
    attestation_object: toText(made.attestationObject),
  };
  return { passkey, transports: made.getTransports?.() ?? [] };
}

/** @type {Record<string, string>} */
const WORDS = {
  InvalidStateError: "This device has a passkey for you already.",
  NotAllowedError: "No passkey was used: it was cancelled, or took too long.",
  SecurityError: "Passkeys do not work at this address.",
};

/** @param {() => Promise<Credential | null>} ask
    @returns {Promise<PublicKeyCredential>} */
async function asked(ask) {
  try {
    return /** @type {PublicKeyCredential} */ (await ask());
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "AbortError") throw error;
    throw new Error(WORDS[name] ?? "The passkey could not be used.");
  }
}

/** @param {Api.KnownKey} key
    @returns {PublicKeyCredentialDescriptor} */
function descriptor({ id, transports }) {
  const known = /** @type {AuthenticatorTransport[]} */ (transports);
  return { type: "public-key", id: toBytes(id), transports: known };
}
