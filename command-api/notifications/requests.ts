import { z } from 'zod'

export const resendRequest = z
  .strictObject({ resendId: z.uuid().toLowerCase().meta({ description: 'Once for each' }) })
  .meta({ id: 'ResendNotification' })

export const notificationParams = z.strictObject({
  id: z.uuid(),
  key: z
    .string()
    .regex(/^[a-z0-9_:-]{1,200}$/, 'This is not the key of a message.')
    .meta({ description: "As the order's timeline shows it", example: 'received:0f1e…:email' }),
})
