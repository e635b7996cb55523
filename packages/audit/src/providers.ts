const day = 86_400_000

/** What providers give, each with the page that says so and the day on which it was read. */
export const railway = {
  /** Milliseconds that a scheduled backup of a volume is kept, by the interval of its schedule. */
  keeps: [
    { every: day, keeps: 6 * day, inWords: 'daily backups are kept 6 days' },
    { every: 7 * day, keeps: 31 * day, inWords: 'weekly backups are kept 1 month' },
    { every: 31 * day, keeps: 92 * day, inWords: 'monthly backups are kept 3 months' },
  ],
  backups: 'https://docs.railway.com/reference/backups (November 2026)',
  pointInTime: 'https://docs.railway.com/volumes/point-in-time-recovery (November 2026)',
} as const

export const cloudinary = {
  backups: 'https://cloudinary.com/documentation/backups_and_version_management (November 2026)',
} as const

export const github = {
  /** Milliseconds. It is documented that schedules are late under load, and in practice an hour is common. */
  lateness: 3_600_000,
  schedules:
    'https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule (November 2026)',
} as const
