// The life of a token of each scope as a foreign client lives it, against the authority and the sidecar.

import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'
import { decodeProtectedHeader, errors, importSPKI, jwtVerify } from 'jose'
import { check, done } from './checks.mjs'
import { call, decode, health, methods, stream, watch } from './buf.mjs'

const AUTHORITY = process.env.SIGNET_ADDRESS
const SIDECAR = process.env.SIGNET_VERIFIER
const OWNER = process.env.ASTRO_API_TOKEN
const PATIENCE = 10_000

const organization = `organizations/${process.env.SIGNET_ORGANIZATION}`
const workspace = `${organization}/workspaces/${process.env.SIGNET_WORKSPACE}`
const deployment = `${workspace}/deployments/${process.env.SIGNET_DEPLOYMENT}`

const id = (name) => name.slice(name.lastIndexOf('/') + 1)
const authority = (method, request, token = OWNER) => call(AUTHORITY, method, request, token)

async function answer(pending) {
  const { answer, error } = await pending
  assert.equal(error, undefined, `refused: ${error?.code} ${error?.reason}: ${error?.message}`)
  return answer
}

async function refused(pending, expected) {
  const { error } = await pending
  assert.notEqual(error, undefined, 'was not refused')
  assert.equal(error.domain, 'signet.dev')
  for (const [key, value] of Object.entries(expected)) {
    assert.equal(error[key], value, `${key} of: ${error.message}`)
  }
}

async function verdict(token) {
  return (await answer(call(SIDECAR, 'VerifierService/Verify', { token }))).verdict
}

async function rejected(token, reason) {
  const deadline = Date.now() + PATIENCE
  let found
  do {
    found = await verdict(token)
  } while (found.accepted && Date.now() < deadline)
  assert.deepEqual(found, { reason: `REJECTION_REASON_${reason}` })
}

async function allows(token, permission, resource) {
  const found = (await answer(call(SIDECAR, 'VerifierService/Check', { token, permission, resource }))).verdict
  if (!found.accepted) {
    assert.equal(found.reason, 'REJECTION_REASON_PERMISSION_DENIED')
  }
  return found.accepted === true
}

async function servers() {
  await check('reflection lists the authority’s services', async () => {
    const listed = await methods(AUTHORITY)
    for (const method of ['TokenService/RotateToken', 'DirectoryService/CreateWorkspace', 'TrustService/Watch']) {
      assert.ok(listed.includes(`signet.v1.${method}`), `no ${method} in ${listed}`)
    }
  })
  await check('reflection lists the sidecar’s services', async () => {
    const listed = await methods(SIDECAR)
    for (const method of ['Verify', 'Check', 'BatchCheck', 'VerifyStream'].map((name) => `VerifierService/${name}`)) {
      assert.ok(listed.includes(`signet.v1.${method}`), `no ${method} in ${listed}`)
    }
  })
  await check('both serve', async () => {
    assert.equal(await health(AUTHORITY), 'SERVING')
    assert.equal(await health(SIDECAR), 'SERVING')
  })
}

async function lifeOf({ scope, resource, role, may, mayNot }) {
  const displayName = `foreign ${scope}`
  let token, value, rotated
  await check(`${scope}: create`, async () => {
    const created = await answer(
      authority('TokenService/CreateToken', {
        parent: organization,
        token: {
          displayName,
          description: 'by a foreign client',
          resource,
          expiryPeriodDays: 30,
          grants: [{ resource: id(resource), role }],
        },
      }),
    )
    ;({ token, value } = created)
    assert.match(token.name, new RegExp(`^${organization}/tokens/tok_[0-9a-z]{26}$`))
    assert.equal(token.displayName, displayName)
    assert.equal(token.scope, `SCOPE_${scope.toUpperCase()}`)
    assert.equal(token.resource, resource)
    assert.deepEqual(token.grants, [{ resource: id(resource), role }])
    assert.equal(Date.parse(token.expireTime) - Date.parse(token.createTime), 30 * 24 * 60 * 60 * 1000)
  })
  await check(`${scope}: get`, async () => {
    assert.deepEqual((await answer(authority('TokenService/GetToken', { name: token.name }))).token, token)
  })
  await check(`${scope}: list`, async () => {
    const { tokens } = await answer(authority('TokenService/ListTokens', { parent: organization, resource }))
    assert.deepEqual(tokens.find(({ name }) => name === token.name), token)
  })
  await check(`${scope}: accepted by the sidecar, with who it is`, async () => {
    const found = await verdict(value)
    assert.equal(found.accepted, true, `rejected: ${found.reason}`)
    assert.deepEqual(found.principal, { name: token.name, kind: `KIND_${scope.toUpperCase()}`, organization })
    assert.deepEqual(found.grants, token.grants)
    assert.equal(found.expireTime, token.expireTime)
  })
  await check(`${scope}: allowed ${may[0]}, and not ${mayNot[0]}`, async () => {
    assert.equal(await allows(value, ...may), true)
    assert.equal(await allows(value, ...mayNot), false)
  })
  await check(`${scope}: is itself a credential of the authority`, async () => {
    const { principal } = await answer(authority('TokenService/WhoAmI', {}, value))
    assert.equal(principal.name, token.name)
  })
  await check(`${scope}: update`, async () => {
    const updated = await answer(
      authority('TokenService/UpdateToken', {
        token: { name: token.name, displayName: `${displayName} renamed`, etag: token.etag },
        updateMask: 'displayName',
      }),
    )
    assert.equal(updated.token.displayName, `${displayName} renamed`)
    assert.equal(updated.token.description, token.description)
    assert.notEqual(updated.token.etag, token.etag)
    assert.equal((await verdict(value)).accepted, true)
  })
  await check(`${scope}: update of what has changed since`, async () => {
    await refused(
      authority('TokenService/UpdateToken', { token: { name: token.name, displayName, etag: token.etag } }),
      { code: 'aborted', reason: 'ETAG_MISMATCH' },
    )
  })
  await check(`${scope}: rotate`, async () => {
    const answered = await answer(authority('TokenService/RotateToken', { name: token.name }))
    rotated = answered.value
    assert.notEqual(rotated, value)
    assert.equal(answered.token.name, token.name)
    assert.deepEqual(answered.token.grants, token.grants)
    assert.ok(answered.token.lastRotatedTime)
  })
  await check(`${scope}: the old value is revoked, the new one accepted`, async () => {
    await rejected(value, 'REVOKED')
    assert.equal((await verdict(rotated)).accepted, true)
    await refused(authority('TokenService/WhoAmI', {}, value), { code: 'unauthenticated', reason: 'REVOKED' })
  })
  await check(`${scope}: delete`, async () => {
    confirmed(await answer(authority('TokenService/DeleteToken', { name: token.name })))
    await rejected(rotated, 'REVOKED')
    await refused(authority('TokenService/GetToken', { name: token.name }), { code: 'not_found', reason: 'NOT_FOUND' })
    await refused(authority('TokenService/WhoAmI', {}, rotated), { code: 'unauthenticated', reason: 'REVOKED' })
  })
}

/** One sidecar is connected, and has confirmed; fields that are zero are left out. */
function confirmed({ propagation }) {
  assert.equal(propagation.confirmed, 1)
  assert.equal(propagation.pending, undefined)
  assert.ok(Date.parse(propagation.certainBy) > Date.now())
}

async function peopleAndRoles() {
  await check('a person: what changes for them is confirmed', async () => {
    const { user } = await answer(
      authority('UserService/InviteUser', {
        parent: organization,
        email: 'foreign@example.com',
        organizationRole: 'ORGANIZATION_MEMBER',
      }),
    )
    const granted = { name: user.name, resource: workspace }
    confirmed(await answer(authority('UserService/SetUserGrant', { ...granted, role: 'WORKSPACE_MEMBER' })))
    confirmed(await answer(authority('UserService/RemoveUserGrant', granted)))
    confirmed(await answer(authority('UserService/RemoveUser', { name: user.name })))
  })
  await check('a custom role: what changes in it is confirmed', async () => {
    const created = await answer(
      authority('RoleService/CreateRole', {
        parent: organization,
        role: { displayName: 'foreign role', permissions: ['deployment.get'] },
      }),
    )
    confirmed(created)
    const { name } = created.role
    const role = { name, permissions: ['deployment.get', 'deployment.update'] }
    confirmed(await answer(authority('RoleService/UpdateRole', { role, updateMask: 'permissions' })))
    confirmed(await answer(authority('RoleService/DeleteRole', { name })))
  })
}

async function manyAtOnce() {
  const permission = 'deployment.deploys.create'
  const deploys = { token: OWNER, permission, resource: deployment }
  const batch = (checks) => call(SIDECAR, 'VerifierService/BatchCheck', { checks })
  await check('a batch: verdicts in the order of the questions', async () => {
    const unknown = { ...deploys, permission: 'no.such.permission' }
    const { verdicts } = await answer(batch([{ token: OWNER }, { token: 'x.y' }, deploys, unknown]))
    assert.deepEqual(
      verdicts.map(({ accepted, reason }) => accepted ?? reason),
      [true, 'REJECTION_REASON_MALFORMED', true, 'REJECTION_REASON_PERMISSION_DENIED'],
    )
    assert.deepEqual(verdicts[0], await verdict(OWNER))
  })
  await check('a batch: refused, naming the field and its place', async () => {
    const invalid = (field) => ({ code: 'invalid_argument', reason: 'INVALID_ARGUMENT', field })
    await refused(batch([deploys, { token: OWNER, permission }]), invalid('checks[1].resource'))
    await refused(batch(Array(1001).fill({ token: 'x' })), invalid('checks'))
  })
  await check('a stream: each answer by its id, a wrong question among them', async () => {
    const answers = await stream(SIDECAR, 'VerifierService/VerifyStream', [
      { id: 1, token: OWNER },
      { id: 2, token: OWNER, permission },
      { id: 3, token: 'x.y' },
      { id: 4, ...deploys },
    ])
    const byId = new Map(answers.map((each) => [each.id, each]))
    assert.equal(byId.size, 4)
    assert.deepEqual(byId.get('1').verdict, await verdict(OWNER))
    assert.equal(byId.get('2').verdict, undefined)
    assert.equal(byId.get('2').error.reason, 'INVALID_ARGUMENT')
    assert.equal(byId.get('2').error.field, 'resource')
    assert.equal(byId.get('3').verdict.reason, 'REJECTION_REASON_MALFORMED')
    assert.equal(byId.get('4').verdict.accepted, true)
  })
}

async function badRequests() {
  const create = (token) =>
    authority('TokenService/CreateToken', { parent: organization, token: { resource: organization, ...token } })
  const member = [{ resource: id(organization), role: 'ORGANIZATION_MEMBER' }]
  const invalid = (field) => ({ code: 'invalid_argument', reason: 'INVALID_ARGUMENT', field })
  const bad = [
    ['no name', { displayName: '', grants: member }, 'token.display_name'],
    ['a name too long', { displayName: 'x'.repeat(257), grants: member }, 'token.display_name'],
    ['no role', { displayName: 'x' }, 'token.grants'],
    ['no days', { displayName: 'x', grants: member, expiryPeriodDays: 0 }, 'token.expiry_period_days'],
    ['too many days', { displayName: 'x', grants: member, expiryPeriodDays: 3651 }, 'token.expiry_period_days'],
    [
      'an unknown role',
      { displayName: 'x', grants: [{ resource: id(organization), role: 'ORGANIZATION_KING' }] },
      'token.grants.role',
    ],
    [
      'a role of another scope',
      { displayName: 'x', grants: [{ resource: id(organization), role: 'WORKSPACE_MEMBER' }] },
      'token.grants.role',
    ],
  ]
  for (const [what, token, field] of bad) {
    await check(`refused, naming the field: ${what}`, () => refused(create(token), invalid(field)))
  }
  await check('refused, naming the field: a name of nothing', () =>
    refused(authority('TokenService/GetToken', { name: 'tok_1' }), invalid('name')),
  )
  await check('refused, naming the field: a permission asked for nowhere', () =>
    refused(call(SIDECAR, 'VerifierService/Check', { token: OWNER, permission: 'x' }), invalid('resource')),
  )
  await check('refused: no credential, and one that is none', async () => {
    await refused(authority('TokenService/WhoAmI', {}, ''), {
      code: 'unauthenticated',
      reason: 'CREDENTIALS_MISSING',
    })
    await refused(authority('TokenService/WhoAmI', {}, 'x.y.z'), { code: 'unauthenticated', reason: 'MALFORMED' })
  })
}

function spki({ publicKey, algorithm }) {
  const lines = publicKey.match(/.{1,64}/g).join('\n')
  return importSPKI(`-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----`, algorithm)
}

async function stockLibrary() {
  let key, keyId, value
  const feed = (wanted) => watch(AUTHORITY, 'TrustService/Watch', { subscribe: { version: 'foreign' } }, OWNER, wanted)
  await check('what the feed says is signed with the key that it welcomes with', async () => {
    const { welcome } = await feed(({ welcome }) => welcome)
    const feedKey = await spki(welcome.feedKey)
    const { signed } = await feed(({ signed }) => signed)
    const input = Buffer.concat([Buffer.from('signet-feed+v1\0'), Buffer.from(signed.statement, 'base64')])
    const signature = Buffer.from(signed.signature, 'base64')
    const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
    assert.ok(await crypto.subtle.verify(ecdsa, feedKey, signature, input))
    input[input.length - 1] ^= 1
    assert.ok(!(await crypto.subtle.verify(ecdsa, feedKey, signature, input)))
  })
  await check('the public key is read from the feed', async () => {
    const statement = ({ signed }) => decode('Statement', Buffer.from(signed.statement, 'base64'))
    const installation = ({ snapshot }) => snapshot && !snapshot.part
    const message = await feed((message) => message.signed && installation(statement(message)))
    const { snapshot } = statement(message)
    const whole = decode('Snapshot', inflateSync(Buffer.from(snapshot.data, 'base64')))
    const active = whole.installation.keys.find(({ state }) => state === 'KEY_STATE_ACTIVE')
    keyId = active.keyId
    key = await spki(active)
  })
  await check('jose verifies a token with it', async () => {
    const created = await answer(
      authority('TokenService/CreateToken', {
        parent: organization,
        token: { displayName: 'for jose', resource: deployment, expiryPeriodDays: 1 },
      }),
    )
    value = created.value
    assert.deepEqual(decodeProtectedHeader(value), { alg: 'ES256', kid: keyId, typ: 'at+jwt' })
    const { payload } = await jwtVerify(value, key, options('signet'))
    assert.equal(payload.sub, id(created.token.name))
    assert.equal(payload.client_id, payload.sub)
    assert.equal(payload.org, id(organization))
    assert.deepEqual(payload.grants, { [id(deployment)]: ['DEPLOYMENT_ADMIN'] })
    assert.equal(payload.exp * 1000, Date.parse(created.token.expireTime))
    assert.ok(Number.isInteger(payload.status.status_list.idx))
  })
  await check('jose refuses it for another audience, and changed', async () => {
    await assert.rejects(jwtVerify(value, key, options('other')), errors.JWTClaimValidationFailed)
    const [header, payload, signature] = value.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url'))
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'tok_1' })).toString('base64url')
    await assert.rejects(
      jwtVerify(`${header}.${changed}.${signature}`, key, options('signet')),
      errors.JWSSignatureVerificationFailed,
    )
  })
}

const options = (audience) => ({
  issuer: process.env.ISSUER,
  audience,
  typ: 'at+jwt',
  algorithms: ['ES256'],
  requiredClaims: ['sub', 'jti', 'iat', 'exp'],
})

await servers()
await lifeOf({
  scope: 'organization',
  resource: organization,
  role: 'ORGANIZATION_OWNER',
  may: ['deployment.deploys.create', deployment],
  mayNot: ['no.such.permission', organization],
})
await lifeOf({
  scope: 'workspace',
  resource: workspace,
  role: 'WORKSPACE_OPERATOR',
  may: ['deployment.deploys.create', deployment],
  mayNot: ['organization.apiTokens.create', organization],
})
await lifeOf({
  scope: 'deployment',
  resource: deployment,
  role: 'DEPLOYMENT_ADMIN',
  may: ['deployment.deploys.create', deployment],
  mayNot: ['workspace.apiTokens.create', workspace],
})
await peopleAndRoles()
await manyAtOnce()
await badRequests()
await stockLibrary()

done()
