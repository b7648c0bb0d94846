import express from 'express'
import { Hono } from 'hono'
import jwt from 'jsonwebtoken'
import mongoose from 'mongoose'
import { SignJWT } from 'jose'
import { validate } from 'uuid'
const app = new Hono().get('/', context => context.text('ok'))
const token = jwt.sign({ email: 'a@b' }, 'secret')
console.log(await (await app.request('/')).text(), jwt.verify(token, 'secret').email, typeof express.Router, typeof mongoose.Schema, SignJWT.name, validate('nope'))
