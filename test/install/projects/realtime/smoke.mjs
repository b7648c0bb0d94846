import { Server } from 'socket.io'
import { Queue } from 'bullmq'
import { Kafka } from 'kafkajs'
console.log(Server.name, Queue.name, Kafka.name)
process.exit()
