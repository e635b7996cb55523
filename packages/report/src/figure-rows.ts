import type { Figures } from '@recovery-playbook/drill'
import { formatBytes } from './bytes.ts'

export const figureRows = ({ tables, rows, dumpBytes, sealedBytes, parts }: Figures) => [
  ['tables', String(tables)],
  ['rows', String(rows)],
  ['dump', formatBytes(dumpBytes)],
  ['sealed', formatBytes(sealedBytes)],
  ['parts', String(parts)],
]
