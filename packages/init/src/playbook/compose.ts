import { Document, isScalar, type Pair, YAMLMap } from 'yaml'
import { commentOf, nodeOf, textOf } from '../yaml-text.ts'
import type { Section } from './section.ts'

const schema =
  'yaml-language-server: $schema=https://raw.githubusercontent.com/recovery-playbook/recovery-playbook/main/docs/recovery-playbook.schema.json'

/** The text of a playbook file, its sections in order, each with its comment above. */
export function compose(sections: readonly Section[]): string {
  const document = new Document(new YAMLMap())
  const map = document.contents as unknown as YAMLMap
  let waiting: string[] = []
  for (const { key, value, comment } of sections) {
    if (value === undefined) {
      waiting.push(...(comment === undefined ? [] : [comment]))
      continue
    }
    const pair: Pair = document.createPair(key, nodeOf(value))
    const above = [...waiting, ...(comment === undefined ? [] : [comment])]
    waiting = []
    if (isScalar(pair.key)) {
      pair.key.spaceBefore = map.items.length > 0
      if (above.length > 0) pair.key.commentBefore = commentOf(above.join('\n\n'))
    }
    map.items.push(pair)
  }
  document.commentBefore = ` ${schema}`
  if (waiting.length > 0) document.comment = commentOf(waiting.join('\n\n'))
  return textOf(document)
}
