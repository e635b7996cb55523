export { backupTagName, isBackupTag } from './name.ts'
export { createBackupTag, deleteTag, type BackupTag } from './create.ts'
export { newestCommit } from './first-commit.ts'
export { resolveCommit } from './commit.ts'
