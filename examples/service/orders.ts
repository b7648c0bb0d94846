export enum Status { Open, Shipped }

export interface Order {
  id: number
  customer: string
  items: { name: string; count: number }[]
  status: keyof typeof Status
}

const orders = new Map<number, Order>()

export function add(order: Omit<Order, 'id' | 'status'>): Order {
  const made: Order = { id: orders.size + 1, ...order, status: Status[Status.Open] as keyof typeof Status }
  orders.set(made.id, made)
  return made
}

export const all = (): Order[] => [...orders.values()]
export const find = (id: number): Order | undefined => orders.get(id)
