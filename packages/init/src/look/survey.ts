import { isBackupTag } from '@recovery-playbook/backup-tag'
import type { Tree } from '../tree.ts'
import { type Configuration, lookAtConfiguration } from './configuration.ts'
import { type Dependencies, lookAtDependencies } from './dependencies.ts'
import { type Deployment, lookAtDeployment } from './deployment.ts'
import { type DjangoProject, lookAtDjango } from './django.ts'
import { type HandWritten, lookForHandWritten } from './hand-written.ts'

/** What a look at a repository has shown. */
export interface Survey {
  readonly django: DjangoProject | undefined
  readonly dependencies: Dependencies
  readonly deployment: Deployment
  readonly configuration: Configuration
  /** What says that media are kept on Cloudinary. */
  readonly cloudinary: string | undefined
  readonly handWritten: HandWritten | undefined
  readonly tags: { readonly ours: readonly string[]; readonly others: readonly string[] }
  /** Workflow files that call pg_dump. */
  readonly dumpingWorkflows: readonly string[]
}

export async function lookAt(tree: Tree): Promise<Survey> {
  const paths = await tree.list()
  const django = await lookAtDjango(tree, paths)
  const directory = django?.directory ?? ''
  const dependencies = await lookAtDependencies(tree, directory)
  const configuration = await lookAtConfiguration(tree, directory)
  const tags = (await tree.tags()).filter((tag) => tag.startsWith('backup-')).sort()
  return {
    django,
    dependencies,
    deployment: await lookAtDeployment(tree, directory),
    configuration,
    cloudinary: cloudinaryIn(dependencies, configuration, django),
    handWritten: await lookForHandWritten(tree, paths),
    tags: {
      ours: tags.filter(isBackupTag),
      others: tags.filter((tag) => !isBackupTag(tag)),
    },
    dumpingWorkflows: await dumpingIn(tree, paths),
  }
}

function cloudinaryIn(
  { text, file }: Dependencies,
  { variables, file: example }: Configuration,
  django: DjangoProject | undefined,
): string | undefined {
  if (text.includes('cloudinary')) return file
  if (variables.some(({ name }) => name.startsWith('CLOUDINARY_'))) return example
  return django?.reads('CLOUDINARY_URL') === true ? django.settings : undefined
}

async function dumpingIn(tree: Tree, paths: readonly string[]): Promise<string[]> {
  const workflows = paths.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
  const texts = await Promise.all(workflows.map((path) => tree.read(path)))
  return workflows.filter((_, index) => texts[index]?.includes('pg_dump'))
}
