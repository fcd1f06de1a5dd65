// An OpenID Connect issuer, by npm's oidc-provider. PORT, the redirect URI and the URI after a sign-out are its arguments.
// A POST to /rotate gives it other keys. Whatever name somebody types, and any password, signs them in as that.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, redirectUri, afterSignOut] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let count = 0;

function keys() {
  count += 1;
  const pair = (type, options) => generateKeyPairSync(type, options).privateKey.export({ format: "jwk" });
  const named = (key, kind) => ({ ...key, kid: `${kind}-${count}`, use: "sig" });
  return {
    keys: [
      named(pair("rsa", { modulusLength: 2048 }), "rsa"),
      named(pair("ec", { namedCurve: "P-256" }), "ec"),
    ],
  };
}

const provider = () =>
  new Provider(issuer, {
    jwks: keys(),
    clients: [
      {
        client_id: "cruddur-messages",
        token_endpoint_auth_method: "none",
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [afterSignOut],
      },
    ],
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id[0].toUpperCase()}${id.slice(1)}`, preferred_username: id }),
    }),
  });

let answer = provider().callback();
createServer((request, response) => {
  if (request.url !== "/rotate") return answer(request, response);
  answer = provider().callback();
  response.end();
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
