import type { LogPages } from '@recovery-playbook/recovery-log'
import { operationReport, yearReport } from './operation-report.ts'
import { tagHistory } from './tag-history.ts'

/** @param url the address of the repository's page, for links to runs */
export const logPages = (url: string): LogPages => ({
  tags: (rows) => tagHistory(rows, url),
  operations: (rows, years) => operationReport(rows, years, url),
  year: (year, rows) => yearReport(year, rows, url),
})
