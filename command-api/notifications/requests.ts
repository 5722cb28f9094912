import { z } from 'zod'

export const resendRequest = z
  .strictObject({ resendId: z.uuid().toLowerCase().meta({ description: 'Once for each' }) })
  .meta({ id: 'ResendNotification' })

export const bounceRequest = z
  .strictObject({
    status: z
      .string()
      .regex(/^[45]\.\d{1,3}\.\d{1,3}$/, 'This is not the status of a report: two dots, and 4 or 5 in front.')
      .meta({ description: "The report's `Status:`, as RFC 3463 has it", example: '5.1.1' }),
  })
  .meta({ id: 'RecordBounce' })

export const notificationParams = z.strictObject({
  id: z.uuid(),
  key: z
    .string()
    .regex(/^[a-z0-9_:-]{1,200}$/, 'This is not the key of a message.')
    .meta({ description: "As the order's timeline shows it", example: 'received:0f1e…:email' }),
})
