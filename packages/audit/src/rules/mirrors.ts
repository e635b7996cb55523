import { inPlaybook, lossInWords, type Rule } from '../rule.ts'

/** After a catastrophe the account is gone, and everything that is in it. */
export const mirrors: Rule = (facts) => {
  const { playbook, repository } = facts
  const { dataLoss } = playbook.guarantees.catastrophe
  const owner = repository?.split('/')[0]
  const kept = [playbook.store.repository, ...playbook.mirrors.map(({ to }) => to)]
  const elsewhere = kept.filter((one) => one !== undefined && one.split('/')[0] !== owner)
  const about = {
    rule: 'no-mirror-outside-account',
    claim: lossInWords('catastrophe', dataLoss),
    ...inPlaybook(facts, 'guarantees', 'catastrophe'),
    mend: 'Add a mirror in another account: a repository with a token of that account under `mirrors`.',
  }
  if (elsewhere.length > 0 && repository === undefined)
    return [
      {
        ...{ ...about, severity: 'unknown' },
        fact: `Whose account this repository is in is not known, so nor is whether ${elsewhere.join(', ')} is in another.`,
        source: 'the remote `origin`',
      },
    ]
  const isElsewhere = elsewhere.some((one) => /^[\w.-]+\/[\w.-]+$/.test(one ?? ''))
  if (isElsewhere) return []
  return [
    {
      ...about,
      severity: elsewhere.length === 0 ? 'false' : 'unproved',
      fact:
        elsewhere.length === 0
          ? 'Every copy is in the account that the promise takes for lost.'
          : `Whether ${elsewhere.join(', ')} outlives the account cannot be seen from here.`,
      source: `${facts.file.path}, line ${inPlaybook(facts, 'mirrors').line}`,
    },
  ]
}
