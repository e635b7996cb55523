import { type Installer, installFromPgdg } from './pgdg.ts'
import {
  debianPackages,
  findToolchains,
  type Need,
  packageOf,
  serves,
  type Toolchain,
  toolchainMissing,
  type Wanted,
} from './toolchain.ts'

export interface ToolchainOrder extends Installer {
  readonly major: Wanted
  readonly need: Need
  /** Where the majors of Debian's packages lie, each in `<major>/bin`. */
  readonly packages?: string
}

export interface ProvidedToolchain {
  readonly toolchain: Toolchain
  /** What was chosen and why: one line for the log. */
  readonly reason: string
  readonly wasInstalled: boolean
}

/**
 * The toolchain of exactly this major, installed from PGDG's repository where this machine has none.
 *
 * A newer one is never taken instead: its pg_dump would read the server, but its archive needs its
 * own pg_restore, whose SQL the older server may not understand. An older one refuses the server.
 *
 * @throws Failure TOOLCHAIN_MISSING naming what was found, why nothing could be installed, and the
 *   commands that install it
 */
export async function provideToolchain(order: ToolchainOrder): Promise<ProvidedToolchain> {
  const { major, need } = order
  const found = await installedIn(order)
  const installed = found.find((one) => serves(one, major, need))
  if (installed !== undefined) {
    const reason = reasonFor(installed, 'it is installed here')
    return { toolchain: installed, reason, wasInstalled: false }
  }
  const because = await installFromPgdg(packageOf(major, need), need, order)
  if (because !== undefined) throw toolchainMissing({ major, need, found, because })
  const now = await installedIn(order)
  const toolchain = now.find((one) => serves(one, major, need))
  if (toolchain === undefined) {
    const pitfall = `${packageOf(major, need)} was installed and did not bring them.`
    throw toolchainMissing({ major, need, found: now, because: pitfall })
  }
  const others = found.map((one) => `${one.version} in ${one.directory}`).join(', ')
  const why = `installed from PGDG, because this machine had ${others ? `only ${others}` : 'none'}`
  return { toolchain, reason: reasonFor(toolchain, why), wasInstalled: true }
}

const installedIn = ({ processes, searchPath, packages = debianPackages }: ToolchainOrder) =>
  findToolchains(processes, searchPath, packages)

const reasonFor = ({ version, directory }: Toolchain, why: string) =>
  `PostgreSQL ${version} in ${directory}: ${why}.`
