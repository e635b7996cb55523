import type { Facts } from '../facts.ts'
import { inPlaybook, type Rule } from '../rule.ts'
import { secretsIn } from '../workflow.ts'

/** A secret that is named and not set is found out on the day that it is needed. */
export const secrets: Rule = (facts) => {
  const rule = 'secret-not-set'
  const { secrets: set } = facts
  if (set === 'unknown')
    return [
      {
        ...{ rule, severity: 'unknown', claim: 'the secrets that are named', ...inPlaybook(facts) },
        fact: 'Which secrets are set could not be asked.',
        source: 'GET /repos/{owner}/{repo}/actions/secrets',
        mend: 'Compare with `gh secret list`, or give a token with `secrets: read`.',
      },
    ]
  const named = [...inFile(facts), ...secretsIn(facts.workflows)]
  const missing = named.filter(
    ({ name }, index) =>
      !set.includes(name.toUpperCase()) && named.findIndex((one) => one.name === name) === index,
  )
  return missing.map(({ name, file, line }) => ({
    ...{ rule, severity: 'false' as const, file, line },
    claim: `the secret ${name} holds what it is named for`,
    fact: 'It is not set.',
    source: 'the repository’s secrets for workflows',
    mend: `gh secret set ${name}`,
  }))
}

function inFile(facts: Facts) {
  const { databases, encryption, store, mirrors } = facts.playbook
  const paths: (readonly [string | undefined, ...PropertyKey[]])[] = [
    ...Object.entries(databases).map(([name, { url }]) => [url, 'databases', name, 'url'] as const),
    // With public keys alone there is no passphrase.
    ...(encryption['public-keys'] === undefined
      ? [[encryption.passphrase, 'encryption', 'passphrase'] as const]
      : []),
    [encryption['private-key'], 'encryption', 'private-key'],
    [encryption['signing-key'], 'encryption', 'signing-key'],
    [store.token, 'store', 'token'],
    ...mirrors.map(({ token }, index) => [token, 'mirrors', index, 'token'] as const),
  ]
  return paths.flatMap(([name, ...path]) =>
    name === undefined ? [] : [{ name, ...inPlaybook(facts, ...path) }],
  )
}
