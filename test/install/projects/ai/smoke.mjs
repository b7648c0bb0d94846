import OpenAI from 'openai'
import { PromptTemplate } from '@langchain/core/prompts'
import { tool } from 'ai'
console.log(typeof OpenAI, await PromptTemplate.fromTemplate('hi {x}').format({ x: 'you' }), typeof tool)
