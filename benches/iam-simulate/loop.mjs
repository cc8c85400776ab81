// Answers the requests of each line of a file, `{"policy": …, "requests": […]}`, in a warm loop:
// one line of JSON for each line read, with the answers and the median time over all of its requests.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [installed, file, account] = process.argv.slice(2)
const entry = createRequire(`${installed}/`).resolve('@cloud-copilot/iam-simulate')
const { runUnsafeSimulation } = await import(pathToFileURL(entry))
const ROUNDS = 5

function simulation(policy, { action, resource, context }) {
  return {
    request: {
      principal: `arn:aws:iam::${account}:role/bench`,
      action,
      resource: { resource, accountId: account },
      contextVariables: context
    },
    identityPolicies: [{ name: 'policy', policy }],
    serviceControlPolicies: [],
    resourceControlPolicies: []
  }
}

for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const { policy, requests } = JSON.parse(line)
  const simulations = requests.map((request) => simulation(policy, request))
  const answer = (own) => runUnsafeSimulation(own, {}) === 'Allowed'
  const allowed = simulations.map(answer)
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    const begun = process.hrtime.bigint()
    simulations.forEach(answer)
    times.push(Number(process.hrtime.bigint() - begun))
  }
  times.sort((a, b) => a - b)
  console.log(JSON.stringify({ allowed, nanos: times[(ROUNDS - 1) / 2] }))
}
