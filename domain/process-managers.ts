import { inventoryProcess } from './inventory/process.ts'
import { notificationProcess } from './notifications/process.ts'
import { orderProcess } from './orders/process.ts'
import { paymentProcess } from './payments/process.ts'

/** The four services' process managers: one persistent subscription each. */
export const processManagers = [orderProcess, inventoryProcess, paymentProcess, notificationProcess] as const
