import express from 'express'
import passport from 'passport'
import { z } from 'zod'
console.log(typeof express().route('/x').get, typeof passport.use, z.enum(['a']).parse('a'))
