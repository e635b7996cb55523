import { Failure, messageOf } from '@recovery-playbook/failure'
import type { ExtensionFingerprint } from '../fingerprint/fingerprint.ts'
import { sqlstateOf } from '../server-error.ts'
import type { Session } from '../session.ts'
import { identifier, literal } from '../sql.ts'
import type { Prerequisites } from './prerequisites.ts'

/** @throws Failure LOCALE_MISSING when this machine does not know the source's locale */
export async function createDatabase(
  session: Session,
  server: Prerequisites['server'],
  name: string,
  owner: string,
): Promise<void> {
  try {
    await session.execute(
      `CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)} TEMPLATE template0 ` +
        `ENCODING ${literal(server.encoding)} LC_COLLATE ${literal(server.collation)} ` +
        `LC_CTYPE ${literal(server.ctype)}${provider(server)}`,
    )
  } catch (error) {
    // invalid_parameter_value, wrong_object_type, feature_not_supported
    if (!['22023', '42809', '0A000'].includes(sqlstateOf(error) ?? '')) throw error
    const locales = [server.collation, server.ctype, server.locale].filter(Boolean)
    throw new Failure(
      'LOCALE_MISSING',
      `The locale of the database (${[...new Set(locales)].join(', ')}) does not exist here.`,
      {
        hint: `Install it: sudo locale-gen ${server.collation} (or apt-get install locales-all)`,
        cause: error,
      },
    )
  }
}

/**
 * Made by the superuser from this machine's own packages, in the source's version if it is there.
 *
 * @throws Failure EXTENSION_MISSING for one that this server cannot make as it is started
 */
export async function createExtensions(
  session: Session,
  extensions: readonly ExtensionFingerprint[],
): Promise<void> {
  const available = await session.query<{ name: string; version: string }>(
    'SELECT name::text, version FROM pg_available_extension_versions',
  )
  for (const { name, version, schema } of extensions) {
    const isAvailable = available.some((one) => one.name === name && one.version === version)
    // A schema that is not there yet is made by the extension itself.
    const [existing] = await session.query(
      `SELECT FROM pg_namespace WHERE nspname = ${literal(schema)}`,
    )
    await session
      .execute(
        `CREATE EXTENSION IF NOT EXISTS ${identifier(name)} WITH` +
          (existing === undefined ? '' : ` SCHEMA ${identifier(schema)}`) +
          (isAvailable ? ` VERSION ${literal(version)}` : '') +
          ' CASCADE',
      )
      .catch((error: unknown) => {
        throw notMade(name, error)
      })
  }
}

/** Such as pg_cron, which wants to be preloaded, and in one database alone. */
const notMade = (name: string, cause: unknown) =>
  new Failure(
    'EXTENSION_MISSING',
    `The extension ${name} is installed, and the throwaway server cannot make it: ${messageOf(cause)}`,
    {
      hint: 'What an extension makes outside of its database cannot be drilled here; this says nothing against the backup.',
      cause,
    },
  )

function provider({ localeProvider, locale }: Prerequisites['server']): string {
  if (localeProvider === 'icu') return ` LOCALE_PROVIDER icu ICU_LOCALE ${literal(locale ?? '')}`
  if (localeProvider === 'builtin') {
    return ` LOCALE_PROVIDER builtin BUILTIN_LOCALE ${literal(locale ?? '')}`
  }
  return ''
}
