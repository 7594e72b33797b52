// Makes jose.txt: npm i jose@6.2.18 && node jose.mjs > jose.txt
// A JWK set, then a token per algorithm, of keys that are thrown away.
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const keys = [];
const lines = [];
for (const alg of ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" });
  const token = await new SignJWT({ tenant: "acme" })
    .setProtectedHeader({ alg, kid: alg })
    .setIssuer("tidegate")
    .setAudience(["other", "tidegate-device"])
    .setSubject("älice")
    .setIssuedAt(1_800_000_000)
    .setExpirationTime(1_800_003_600)
    .setJti("j1")
    .sign(privateKey);
  lines.push(`${alg} ${token}`);
}
console.log([JSON.stringify({ keys }), ...lines].join("\n"));
