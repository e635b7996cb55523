import type { Figures } from '@recovery-playbook/drill'
import { formatBytes } from './bytes.ts'

export const figureRows = ({ tables, rows, dumpBytes, sealedBytes, parts }: Figures) => [
  ['tables', String(tables)],
  ['rows', String(rows)],
  // An archive that was made by hand has no parts.
  ...(parts === 0
    ? []
    : [
        ['dump', formatBytes(dumpBytes)],
        ['sealed', formatBytes(sealedBytes)],
        ['parts', String(parts)],
      ]),
]
