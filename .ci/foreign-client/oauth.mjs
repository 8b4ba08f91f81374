// OAuth as a foreign client does it: openid-client finds out by itself what there is, and jose fetches the keys.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { inflateSync } from 'node:zlib'
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { call } from './buf.mjs'
import { check, done } from './checks.mjs'

const ISSUER = process.env.ISSUER
const AUTHORITY = process.env.SIGNET_ADDRESS
const OWNER = process.env.ASTRO_API_TOKEN
const organization = `organizations/${process.env.SIGNET_ORGANIZATION}`
const deployment = `${organization}/workspaces/${process.env.SIGNET_WORKSPACE}/deployments/${process.env.SIGNET_DEPLOYMENT}`

async function made(method, request) {
  const { answer, error } = await call(AUTHORITY, method, request, OWNER)
  assert.equal(error, undefined, `refused: ${error?.code} ${error?.message}`)
  return answer
}

const { apiKey, secret } = await made('ApiKeyService/CreateApiKey', {
  parent: deployment,
  apiKey: { displayName: 'foreign OAuth client' },
})
const keyId = apiKey.name.slice(apiKey.name.lastIndexOf('/') + 1)
const { token, value } = await made('TokenService/CreateToken', {
  parent: organization,
  token: { displayName: 'to be revoked', resource: deployment, expiryPeriodDays: 1 },
})

let config
let access
await check('openid-client discovers the authority', async () => {
  config = await client.discovery(new URL(ISSUER), keyId, secret, undefined, {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  })
  const metadata = config.serverMetadata()
  assert.equal(metadata.issuer, ISSUER)
  assert.equal(metadata.token_endpoint, `${ISSUER}/oauth2/token`)
})
await check('openid-client gets a token by client credentials', async () => {
  const tokens = await client.clientCredentialsGrant(config)
  access = tokens.access_token
  assert.ok(tokens.expiresIn() > 3500 && tokens.expiresIn() <= 3600)
  assert.equal(decodeJwt(access).sub, keyId)
})
await check('openid-client gets one with the secret as Basic', async () => {
  const basic = await client.discovery(new URL(ISSUER), keyId, secret, client.ClientSecretBasic(secret), {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  })
  assert.ok((await client.clientCredentialsGrant(basic)).access_token)
})
await check('openid-client is told that a secret is wrong', async () => {
  const wrong = await client.discovery(new URL(ISSUER), keyId, `${secret}x`, undefined, {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  })
  await assert.rejects(client.clientCredentialsGrant(wrong), { status: 401 })
})

const keys = () => createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))
await check('jose fetches the keys and verifies', async () => {
  const options = { issuer: ISSUER, audience: 'signet', typ: 'at+jwt', algorithms: ['ES256'] }
  const { payload } = await jwtVerify(access, keys(), options)
  assert.equal(payload.client_id, keyId)
  await assert.rejects(
    jwtVerify(access, keys(), { ...options, audience: 'other' }),
    errors.JWTClaimValidationFailed,
  )
})

await check('openid-client introspects', async () => {
  const found = await client.tokenIntrospection(config, value)
  assert.equal(found.active, true)
  assert.equal(`${organization}/tokens/${found.sub}`, token.name)
  assert.equal((await client.tokenIntrospection(config, 'nothing')).active, false)
})
await check('openid-client may not revoke what its key may not delete', async () => {
  await assert.rejects(client.tokenRevocation(config, value), { error: 'unauthorized_client' })
})
await check('curl revokes a token with itself, and is told when that is certain', async () => {
  const answer = execFileSync(
    'curl',
    ['-sS', '-i', '--oauth2-bearer', value, '--data-urlencode', 'token@-', config.serverMetadata().revocation_endpoint],
    { input: value, encoding: 'utf8' },
  )
  assert.match(answer, /^HTTP\/1\.1 200 /)
  const certain = /^Signet-Certain-By: (.*)$/im.exec(answer)?.[1]
  assert.ok(Date.parse(certain) > Date.now(), answer)
})
await check('openid-client sees that it has ended', async () => {
  assert.equal((await client.tokenIntrospection(config, value)).active, false)
})

await check('the status list says so too, to whoever reads the draft', async () => {
  const { status } = decodeJwt(value)
  const list = await (await fetch(status.status_list.uri)).text()
  const { payload } = await jwtVerify(list, keys(), { typ: 'statuslist+jwt', subject: status.status_list.uri })
  assert.equal(payload.status_list.bits, 1)
  const bits = inflateSync(Buffer.from(payload.status_list.lst, 'base64url'))
  const at = (idx) => (bits[idx >> 3] >> (idx & 7)) & 1
  assert.equal(at(status.status_list.idx), 1)
  assert.equal(at(decodeJwt(access).status.status_list.idx), 0)
  await assert.rejects(jwtVerify(list, keys(), { typ: 'at+jwt' }), errors.JWTClaimValidationFailed)
})

done()
