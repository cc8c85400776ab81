variable "event_bus_arn" {
  description = "The event bus of the engine"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/", var.event_bus_arn))
    error_message = "This is no ARN of an event bus."
  }
}

variable "name" {
  description = "How names of resources begin"
  type        = string
  default     = "roledrift"
}
