// Calls of gRPC services by `buf curl`, which learns about them by server reflection.

import { spawn, spawnSync } from 'node:child_process'

const PATIENCE = 30_000
const HTTP2 = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge']

const url = (address, method) => `http://${address}/signet.v1.${method}`
const header = (token) => (token ? ['--header', `authorization: Bearer ${token}`] : [])

// Starts buf; resolves at its end with what it said.
function start(args) {
  const child = spawn('buf', [...HTTP2, ...args], { timeout: PATIENCE, killSignal: 'SIGKILL' })
  let out = ''
  let err = ''
  child.stdout.on('data', (data) => (out += data))
  child.stderr.on('data', (data) => (err += data))
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return { child, ended }
}

// One unary call: `{ answer }`, or `{ error }` with its code, message and decoded details.
export async function call(address, method, request, token) {
  const { child, ended } = start([...header(token), '--data', '@-', url(address, method)])
  child.stdin.end(JSON.stringify(request))
  const { code, out, err } = await ended
  if (code === 0) {
    return { answer: JSON.parse(out) }
  }
  const error = JSON.parse(err)
  const details = new Map((error.details ?? []).map(({ type, value }) => [type, fields(Buffer.from(value, 'base64'))]))
  const info = details.get('google.rpc.ErrorInfo')
  const violation = details.get('google.rpc.BadRequest')?.get(1)
  return {
    error: {
      code: error.code,
      message: error.message,
      reason: info?.get(1)?.toString(),
      domain: info?.get(2)?.toString(),
      field: violation && fields(violation).get(1).toString(),
    },
  }
}

export async function methods(address) {
  const { child, ended } = start([`http://${address}`, '--list-methods'])
  child.stdin.end()
  return (await ended).out.trim().split('\n')
}

export async function health(address) {
  const { child, ended } = start(['--data', '{}', `http://${address}/grpc.health.v1.Health/Check`])
  child.stdin.end()
  return JSON.parse((await ended).out).status
}

// Opens a stream in both directions, sends one message, and resolves with the first answer that `wanted` takes.
export async function watch(address, method, message, token, wanted) {
  const { child, ended } = start([...header(token), '--data', '@-', url(address, method)])
  const found = new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (data) => {
      text += data
      const { messages, rest } = split(text)
      text = rest
      messages.filter(wanted).forEach(resolve)
    })
    ended.then(({ err }) => reject(new Error(`the stream ended: ${err}`)))
  })
  // Standard input stays open: its end would be the end of the stream.
  child.stdin.write(JSON.stringify(message))
  try {
    return await found
  } finally {
    child.kill()
    await ended
  }
}

// Sends messages on a stream, ends it, and resolves with all answers once the other side has ended it too.
export async function stream(address, method, messages) {
  const { child, ended } = start(['--data', '@-', url(address, method)])
  child.stdin.end(messages.map((message) => JSON.stringify(message)).join('\n'))
  const { code, out, err } = await ended
  if (code !== 0) {
    throw new Error(`the stream failed: ${err}`)
  }
  return split(out).messages
}

// What the bytes of a message say, by the .proto files of this checkout.
export function decode(type, bytes) {
  const args = ['convert', process.env.PROTO, '--type', `signet.v1.${type}`, '--from', '-#format=binpb', '--to', '-#format=json']
  const { stdout, stderr, status } = spawnSync('buf', args, { input: bytes, timeout: PATIENCE })
  if (status !== 0) {
    throw new Error(`no ${type}: ${stderr}`)
  }
  return JSON.parse(stdout)
}

// The JSON objects at the beginning of a text, and what is left.
function split(text) {
  const messages = []
  let begin = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') {
        at++
      } else if (char === '"') {
        quoted = false
      }
    } else if (char === '"') {
      quoted = true
    } else if (char === '{') {
      depth++
    } else if (char === '}' && --depth === 0) {
      messages.push(JSON.parse(text.slice(begin, at + 1)))
      begin = at + 1
    }
  }
  return { messages, rest: text.slice(begin) }
}

// The first value of each field of a protobuf message whose fields are all strings or messages.
function fields(bytes) {
  const values = new Map()
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        return value
      }
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    if ((tag & 7) !== 2) {
      throw new Error(`unexpected wire type ${tag & 7}`)
    }
    const length = varint()
    if (!values.has(tag >> 3)) {
      values.set(tag >> 3, bytes.subarray(at, at + length))
    }
    at += length
  }
  return values
}
