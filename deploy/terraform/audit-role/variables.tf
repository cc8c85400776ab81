variable "scanner_role_arn" {
  description = "The only role that may assume this one: an output of the engine, or the role of your runner"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/", var.scanner_role_arn))
    error_message = "This is no ARN of a role."
  }
}

variable "organization_id" {
  description = "The organization that the scanner's account must belong to"
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "This is no id of an organization."
  }
}

variable "role_name" {
  description = "What roledrift is told by --role-name"
  type        = string
  default     = "roledrift-audit"
}

variable "external_id" {
  description = "What roledrift is told by --external-id; null for none"
  type        = string
  default     = null
}
