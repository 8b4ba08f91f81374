// Counts what holds, and says what does not.

let passed = 0
let failed = 0

export async function check(what, action) {
  try {
    await action()
    passed++
    console.log(`ok      ${what}`)
  } catch (e) {
    failed++
    console.log(`FAILED  ${what}\n        ${e.message.replaceAll('\n', '\n        ')}`)
  }
}

export function done() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
