variable "program" {
  description = "The zip with the program `bootstrap`, as `cargo lambda build --output-format zip` makes it"
  type        = string
}

variable "architecture" {
  description = "What the program was built for: arm64 or x86_64"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "This is neither arm64 nor x86_64."
  }
}

variable "name" {
  description = "How names of resources begin"
  type        = string
  default     = "roledrift"
}

variable "organization_id" {
  description = "The organization whose accounts may send events to the engine's bus"
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "This is no id of an organization."
  }
}

variable "organizational_units" {
  description = "Only accounts below these organizational units; empty for all"
  type        = list(string)
  default     = []
}

variable "exclude_accounts" {
  description = "Accounts to leave out"
  type        = list(string)
  default     = []
}

variable "audit_role_name" {
  description = "The role in each account"
  type        = string
  default     = "roledrift-audit"
}

variable "external_id" {
  description = "The external id that the role in each account asks for; null for none"
  type        = string
  default     = null
}

variable "scanner_role_name" {
  description = "The role of the function that assumes the role in each account"
  type        = string
  default     = "roledrift-scanner"
}

variable "schedule_expression" {
  description = "When the organization is audited, in UTC"
  type        = string
  default     = "cron(17 5 * * ? *)"
}

variable "schedule_enabled" {
  description = "False to start audits by hand only"
  type        = bool
  default     = true
}

variable "email" {
  description = "Who is told; AWS asks this address to confirm. Null for nobody yet"
  type        = string
  default     = null
}

variable "notify" {
  description = "Tell of each audit (always), of those that are not clean (not-clean), or only of what is new or was not read (new)"
  type        = string
  default     = "not-clean"

  validation {
    condition     = contains(["always", "not-clean", "new"], var.notify)
    error_message = "This is none of always, not-clean and new."
  }
}

variable "fail_on" {
  description = "The lowest severity that makes an audit not clean"
  type        = string
  default     = "low"

  validation {
    condition     = contains(["info", "low", "medium", "high", "critical"], var.fail_on)
    error_message = "This is none of info, low, medium, high and critical."
  }
}

variable "min_coverage" {
  description = "Percent of the accounts that have to be audited completely for an audit to be clean"
  type        = number
  default     = 100
}

variable "accounts_per_shard" {
  description = "How many accounts a call of the function audits, at most"
  type        = number
  default     = 50
}

variable "max_concurrency" {
  description = "How many shards are audited at once"
  type        = number
  default     = 10
}

variable "accounts_at_once" {
  description = "How many accounts of a shard are audited at once"
  type        = number
  default     = 16
}

variable "account_timeout" {
  description = "Seconds that an account may take before it has failed"
  type        = number
  default     = 300
}

variable "tolerated_failure_percentage" {
  description = "Percent of the shards that may fail, in spite of retries, before the audit is given up"
  type        = number
  default     = 10
}

variable "audit_memory" {
  description = "MB for the functions that list and audit accounts"
  type        = number
  default     = 512
}

variable "merge_memory" {
  description = "MB for the function that makes the report"
  type        = number
  default     = 1024
}

variable "keep_days" {
  description = "Days after which results and reports are deleted"
  type        = number
  default     = 400
}

variable "log_days" {
  description = "Days after which logs of the functions are deleted"
  type        = number
  default     = 90
}
